import type { StoreInfo } from '../../../protocol/api.ts';
import { formatBytes, formatCompact, formatCount } from '../../components/format.ts';

/** How far the stores of a query have been restored from their changelogs. */
export function RestoreProgress({ stores }: { readonly stores: readonly StoreInfo[] }) {
  const total = stores.reduce((sum, { toRestore }) => sum + toRestore, 0);
  const restored = stores.reduce((sum, store) => sum + store.restored, 0);
  if (total === 0) return null;
  return (
    <div className="query-restore">
      <progress aria-label="Restored from the changelog" max={total} value={restored} />
      <span>
        {formatCompact(restored)} of {formatCompact(total)} records restored
      </span>
    </div>
  );
}

/** What each store of a query holds, in memory and beside it, and how much it may. */
export function StoreTable({ stores }: { readonly stores: readonly StoreInfo[] }) {
  const budgetBytes = stores[0]?.budgetBytes;
  return (
    <>
      <table className="query-stores">
        <thead>
          <tr>
            <th scope="col">State store</th>
            <th scope="col">Entries</th>
            <th scope="col">In memory</th>
            <th scope="col">Spilled</th>
          </tr>
        </thead>
        <tbody>
          {stores.map((store) => (
            <tr key={store.name}>
              <th scope="row" className="mono truncate" title={`${store.name} (${store.kind})`}>
                {store.name}
              </th>
              <td>{formatCount(store.entries)}</td>
              <td>{formatBytes(store.memoryBytes)}</td>
              <td>{store.spilledBytes === 0 ? 'nothing' : formatBytes(store.spilledBytes)}</td>
            </tr>
          ))}
        </tbody>
      </table>
      <p className="query-budget">
        {budgetBytes === undefined
          ? 'There is no scratch file here, so state stays in memory, whatever its size.'
          : `Of each partition a store keeps about ${formatBytes(budgetBytes)} in memory and spills what is more to a scratch file.`}
      </p>
    </>
  );
}
