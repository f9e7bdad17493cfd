// X for Websites: each share link becomes the button's frame, and the use of the widget is reported.
for (const link of document.querySelectorAll("a.twitter-share-button")) {
  const fields = new URLSearchParams({ text: link.dataset.text || document.title, url: location.href });
  const button = addFrame(`https://platform.twitter.com/widgets/tweet_button.html?${fields}`, link.parentElement, { title: "Post on X", width: 76, height: 28 });
  button.className = "twitter-share-button";
  link.remove();
}
sendPixel("https://syndication.twitter.com/i/jot", { l: JSON.stringify({ event: "impression", page: location.href }) });
