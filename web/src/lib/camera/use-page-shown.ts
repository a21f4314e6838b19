import { useSyncExternalStore } from "react";

/** Whether anybody can see this page: false in a tab behind another, or a minimized window. */
export function usePageShown(): boolean {
  return useSyncExternalStore(subscribe, () => document.visibilityState === "visible");
}

function subscribe(listener: () => void): () => void {
  document.addEventListener("visibilitychange", listener);
  return () => document.removeEventListener("visibilitychange", listener);
}
