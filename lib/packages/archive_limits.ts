/**
 * How large an archive may be.
 *
 * @module
 */

/** Bounds on what an archive may make the host read, hold and write. */
export interface ArchiveLimits {
  /** Bytes as they are downloaded. Default 256 MiB. */
  compressedBytes: number;
  /** Bytes of all that is unpacked, headers included. Default 512 MiB. */
  totalBytes: number;
  /** Bytes of one file. Default 256 MiB. */
  fileBytes: number;
  /** Files and folders. Default 50,000. */
  entries: number;
  /** Bytes of one path in UTF-8. Default 1024. */
  pathBytes: number;
  /** Names in one path, the archive's top folder included. Default 64. */
  depth: number;
  /**
   * Unpacked bytes for each compressed one, looked at from {@linkcode ArchiveLimits.ratioFrom} on.
   * Default 100; source code has about 5.
   */
  ratio: number;
  /** Unpacked bytes up to which any ratio is fine. Default 16 MiB. */
  ratioFrom: number;
}

/** See {@linkcode ArchiveLimits}. */
export const DEFAULT_LIMITS: Readonly<ArchiveLimits> = {
  compressedBytes: 256 << 20,
  totalBytes: 512 << 20,
  fileBytes: 256 << 20,
  entries: 50_000,
  pathBytes: 1024,
  depth: 64,
  ratio: 100,
  ratioFrom: 16 << 20,
};
