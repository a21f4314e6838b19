import { notifications } from "@mantine/notifications";
import { useMutation, useQueryClient } from "@tanstack/react-query";

/** Changes something of one's own, says that it is done, and has read anew what is shown. */
export function useOwnChange<T>(
  change: (wanted: T) => Promise<unknown>,
  said: string | ((wanted: T) => string),
) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: change,
    onSuccess: async (_, wanted) => {
      notifications.show({ message: typeof said === "string" ? said : said(wanted) });
      await client.invalidateQueries({ queryKey: ["me"] });
    },
  });
}
