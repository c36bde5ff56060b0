type PictureOf = (words: string, target: string) => string
export const pictureIn: (file: string) => PictureOf
export const asPage: (
  markdown: string,
  addressOf?: (target: string) => string | undefined,
  pictureOf?: PictureOf,
) => string
