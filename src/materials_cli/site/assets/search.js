"use strict";
/* The search of the catalogue: MaterialsSearch.open() and MaterialsSearch.search(text, {filters, limit}). */
