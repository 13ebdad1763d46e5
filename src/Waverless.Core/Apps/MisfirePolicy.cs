namespace Waverless.Apps;

/// <summary>
/// What becomes of moments that passed while the node was down or could not keep up. The numbers
/// are part of the disk format.
/// </summary>
public enum MisfirePolicy : byte
{
    /// <summary>Of several moments that have passed the function runs for the last one.</summary>
    Last = 0,

    /// <summary>
    /// The same, but not if that moment passed more than a minute ago: then it does not run.
    /// </summary>
    Skip = 1,

    /// <summary>
    /// It runs for each of them, in order; of more than 1,000 for the last 1,000.
    /// </summary>
    All = 2,
}
