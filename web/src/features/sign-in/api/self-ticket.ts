/** The ticket of a request to be let in, kept as long as the tab is. */
const KEPT_AS = "mien-ticket";

export function keptTicket(): string | null {
  return sessionStorage.getItem(KEPT_AS);
}

export function keepTicket(ticket: string): void {
  sessionStorage.setItem(KEPT_AS, ticket);
}

export function dropTicket(): void {
  sessionStorage.removeItem(KEPT_AS);
}
