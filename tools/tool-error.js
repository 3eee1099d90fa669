/** What stops one of these tools: one line of what is wrong, and one of what to do about it. */
export class ToolError extends Error {
  /**
   * @param {string} message
   * @param {string} hint
   * @param {ErrorOptions} [options]
   */
  constructor(message, hint, options) {
    super(message, options);
    this.name = 'ToolError';
    this.hint = hint;
  }
}
