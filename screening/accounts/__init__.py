"""How staff get in: password and second factor, an invitation for newcomers, and a way out when nobody is
there."""
