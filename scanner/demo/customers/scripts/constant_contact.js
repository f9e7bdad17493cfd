// Constant Contact's form remembers that its window was shown, and ties the visit to a letter.
keepCookie("ctct_popup_shown", "1", 365 * DAY, "; secure; samesite=lax");
keepCookie("ctct_open_731", hex(24), 30 * DAY, "; secure; samesite=lax");
