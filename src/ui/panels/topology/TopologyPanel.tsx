export function TopologyPanel() {
  return null;
}
