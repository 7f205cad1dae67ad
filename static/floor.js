// Tells people whose browser is too old for the dashboard which ones work. A file of its own, in the words of ten years ago: where it
// matters nothing else may run. Each of the three came to one engine last: Chrome 111, Firefox 115, Safari 16.4.
(function () {
  var mixesColours = window.CSS && CSS.supports && CSS.supports('color', 'color-mix(in srgb, red, red)');
  var sortsCopies = 'toSorted' in Array.prototype;
  var mapsImports =
    window.HTMLScriptElement && HTMLScriptElement.supports && HTMLScriptElement.supports('importmap');
  if (!mixesColours || !sortsCopies || !mapsImports) {
    document.getElementById('too-old').removeAttribute('hidden');
  }
})();
