"use strict";
/* What every page does: the reader's language, light and dark, addresses, the basket. */
