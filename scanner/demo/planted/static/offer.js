// Whoever was told of the offer is remembered for the season.
document.cookie = "winter_offer=seen; path=/; max-age=7776000; secure; samesite=lax";
