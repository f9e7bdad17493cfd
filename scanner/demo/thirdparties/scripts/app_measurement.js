// Adobe Analytics: a test whether cookies work, then the image request with the page's name.
writeCookie("s_cc", "true", 0);
sendPixel(`${new URL(own.src).origin}/b/ss/larkspurprod/1/JS-2.26.0/s${digits(14)}`, { AQB: "1", ndh: "1", pf: "1", ce: "UTF-8", pageName: document.title, g: location.href, AQE: "1" });
