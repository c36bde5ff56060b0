/** What a loss returned is nothing that has a gradient: not one float32 number. */
export class BadLoss extends Error {
  override readonly name = 'BadLoss'
  readonly expected: string
  readonly found: string
  constructor({
    where,
    expected,
    found,
    hint,
  }: {
    readonly where: string
    readonly expected: string
    readonly found: string
    readonly hint: string
  }) {
    super(`${where}: the loss must return ${expected}, found ${found}. ${hint}`)
    this.expected = expected
    this.found = found
  }
}
