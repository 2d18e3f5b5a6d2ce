"""What comes from outside: wrong types and impossible values are refused by a sentence, before anything is done with them."""
