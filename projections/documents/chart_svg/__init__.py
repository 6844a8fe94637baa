"""Parts of charts as SVG, with plain attributes instead of styles so that all renderers draw them alike."""
