import { createContext, useContext } from "react";

/** The fill of what is wrong, which the plot around it defines: hatched, for whoever sees no red. */
export const HatchContext = createContext("none");

export function useHatch(): string {
  return useContext(HatchContext);
}
