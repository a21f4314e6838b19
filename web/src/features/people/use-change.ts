import { notifications } from "@mantine/notifications";
import { useMutation, useQueryClient } from "@tanstack/react-query";

/** Does something to a person, says that it is done, and has read anew what it changed. */
export function useChange<T>(
  userId: string,
  change: (wanted: T) => Promise<unknown>,
  said: string | ((wanted: T) => string),
) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: change,
    onSuccess: async (_, wanted) => {
      notifications.show({ message: typeof said === "string" ? said : said(wanted) });
      await Promise.all([
        client.invalidateQueries({ queryKey: ["person", userId] }),
        client.invalidateQueries({ queryKey: ["people"] }),
      ]);
    },
  });
}
