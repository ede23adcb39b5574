import { type ExchangeOptions } from "../../lib/net/request.ts";
import { parseAddress, type RequestOptions } from "../../lib/net/outgoing.ts";

/** Arguments of `request()` for a GET. */
export function requestOptions(
  url: string,
  exchange: Partial<ExchangeOptions> = {},
): [RequestOptions, ExchangeOptions] {
  return [
    {
      url: parseAddress(url)!,
      method: "GET",
      headers: [],
      params: [],
      encodePath: true,
      keepAlive: false,
    },
    {
      allowRedirects: false,
      timeoutMs: 5000,
      trustedCertificates: [],
      signal: new AbortController().signal,
      ...exchange,
    },
  ];
}
