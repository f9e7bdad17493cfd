// A copy of the price list for the train: the basket can be filled without a network.
(() => {
  const opening = indexedDB.open("larkspur-offline", 1);
  opening.onupgradeneeded = () => {
    opening.result.createObjectStore("teas", { keyPath: "slug" });
    opening.result.createObjectStore("basket", { keyPath: "slug" });
  };
  opening.onsuccess = () => {
    const database = opening.result;
    const teas = database.transaction("teas", "readwrite").objectStore("teas");
    for (const card of document.querySelectorAll("[data-tea]")) {
      teas.put({ slug: card.dataset.tea, price: card.dataset.price });
    }
    teas.transaction.oncomplete = () => database.close();
  };
})();
