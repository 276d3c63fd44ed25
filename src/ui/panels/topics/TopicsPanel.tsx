export function TopicsPanel() {
  return null;
}
