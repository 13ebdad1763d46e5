namespace Waverless.Storage.Native;

/// <summary>What a failure of the native library means for its caller.</summary>
internal enum NativeErrorKind
{
    /// <summary>Reading or writing a file failed.</summary>
    InputOutput,

    /// <summary>The disk is full or a quota is used up.</summary>
    OutOfSpace,

    /// <summary>Another database object, here or in another process, holds the folder.</summary>
    Locked,

    /// <summary>Stored bytes fail their checks.</summary>
    Corrupt,
}
