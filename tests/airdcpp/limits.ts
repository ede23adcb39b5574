/** The limits of a host whose configuration sets none. */

import type { Limits } from "../../lib/config/settings.ts";

export const LIMITS: Limits = {
  maxMessageBytes: 32_000_000,
  maxOutboxBytes: 16_777_216,
  maxConnections: 4096,
  maxPendingCalls: 4096,
  maxQueuedEvents: 1000,
  maxQueuedBytes: 8_388_608,
  maxQueuedMs: 60_000,
};
