export const asPage: (markdown: string, addressOf?: (target: string) => string | undefined) => string
