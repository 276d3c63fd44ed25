// Runs before the first paint, so that a theme chosen earlier does not flash.
try {
  const theme = JSON.parse(localStorage.getItem('weir.preferences') ?? '{}').state?.theme;
  if (theme === 'light' || theme === 'dark') document.documentElement.dataset.theme = theme;
} catch {
  // Storage is blocked or holds something else: the system's theme applies.
}
