import { queryOptions } from "@tanstack/react-query";

import { api, unwrap } from "@/lib/api-client";

import { ratesOf } from "../rates";

/** How often the pack that runs refuses the right person, at the false match rate it tolerates. */
export const getErrorRates = queryOptions({
  queryKey: ["system", "info"],
  queryFn: () => unwrap(api.GET("/api/v1/system/info")),
  select: (info) => ({ targetFmr: info.target_fmr, rates: ratesOf(info.expected_fnmr) }),
});
