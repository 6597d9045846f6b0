"""What the API answers, as models, one file per resource: the description of the API is made of them, and every answer
is one of them."""
