"""The catalogue for people without this program: pages that open by double-click, from any disk, without a network."""
