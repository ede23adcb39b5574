/**
 * Network interfaces (contracts: Neutralino 6.3).
 *
 * @module
 */

/** An address of an interface. */
export interface InterfaceAddress {
  /** Whether packets never leave the machine. */
  isInternal: boolean;
  address: string;
  family: "ipv4" | "ipv6";
  /** Of this interface; `aa:bb:cc:dd:ee:ff`. */
  mac: string;
}

/** What the runtime tells of one address. */
type Listed = Pick<Deno.NetworkInterfaceInfo, "name" | "family" | "address" | "mac">;

/** What `computer.getNetworkInterfaces` gives: the addresses of each interface that has any. */
export function networkInterfaces(
  listed: readonly Listed[] = Deno.networkInterfaces(),
): Record<string, InterfaceAddress[]> {
  const loopback = new Set(listed.filter(isLoopback).map(({ name }) => name));
  const byName = Map.groupBy(listed, ({ name }) => name);
  return Object.fromEntries(
    [...byName].map(([name, addresses]) => [
      name,
      addresses.map(({ address, family, mac }) => ({
        isInternal: loopback.has(name),
        address,
        family: family === "IPv6" ? "ipv6" : "ipv4",
        mac: mac.toLowerCase(),
      })),
    ]),
  );
}

function isLoopback({ address }: Listed): boolean {
  return address.startsWith("127.") || address === "::1";
}
