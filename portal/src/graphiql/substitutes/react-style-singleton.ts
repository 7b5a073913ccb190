// Replaces the package `react-style-singleton`: it writes <style> elements, which the Content-Security-Policy refuses, to stop
// the page below a dialog from scrolling. The page of GraphiQL never scrolls: it is as high as the window.

const Nothing = () => null;

export const styleSingleton = () => Nothing;
