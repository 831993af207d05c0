"""Search: the words a person types → the slides, pages and sheets that contain them."""
