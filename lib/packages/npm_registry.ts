/** Provisional. @module */
export class NpmRegistry {
  constructor(_u: string, _o: unknown) {}
  async search(_t?: string): Promise<unknown[]> {
    return [];
  }
  async resolve(
    name: string,
    _v?: string,
  ): Promise<
    { name: string; version: string; tarball: string; integrity?: string; shasum?: string }
  > {
    return { name, version: "1", tarball: "" };
  }
  async newest(
    _n: string,
    _v: string,
  ): Promise<{ version: string; newMajor?: string } | undefined> {
    return undefined;
  }
}
