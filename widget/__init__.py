"""The browser side: JavaScript, styles, texts and the renderer that joins them."""
