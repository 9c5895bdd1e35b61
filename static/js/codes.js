// Reserve codes as a file, made in the browser: they are on this page only and are not asked of the server again.
"use strict";

document.querySelectorAll("[data-keeps]").forEach((button) => {
  button.hidden = false;
  button.addEventListener("click", () => {
    const codes = [...document.getElementById(button.dataset.keeps).children].map((item) => item.textContent.trim());
    const file = new Blob([`Reservecodes voor Pluspunt. Elke code werkt één keer.\r\n\r\n${codes.join("\r\n")}\r\n`], { type: "text/plain" });
    const link = Object.assign(document.createElement("a"), { href: URL.createObjectURL(file), download: "reservecodes-pluspunt.txt" });
    link.click();
    URL.revokeObjectURL(link.href);
  });
});
