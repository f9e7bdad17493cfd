// What one pixel id has switched on: nothing that can be seen from outside.
