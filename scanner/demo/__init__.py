"""The demo shop, the stubs of the services that it embeds, and the front that serves both on loopback."""
