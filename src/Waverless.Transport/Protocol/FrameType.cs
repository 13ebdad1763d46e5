namespace Waverless.Transport.Protocol;

/// <summary>What a frame is. The numbers are the wire's.</summary>
internal enum FrameType : byte
{
    None = 0,
    Hello = 1,
    Welcome = 2,
    Reject = 3,
    Request = 4,
    Reply = 5,
    Post = 6,
    Cancel = 7,
    Ping = 8,
    Pong = 9,
    Goodbye = 10,
}
