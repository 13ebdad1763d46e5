namespace Waverless.AspNetCore.Management;

/// <summary>Tells a full disk from other failures.</summary>
internal static class DiskErrors
{
    private const int NoSpaceUnix = 28;
    private const int QuotaUnix = 122;
    private const int DiskFullWindows = unchecked((int)0x80070070);

    public static bool IsFull(Exception failure) =>
        failure.HResult is NoSpaceUnix or QuotaUnix or DiskFullWindows;
}
