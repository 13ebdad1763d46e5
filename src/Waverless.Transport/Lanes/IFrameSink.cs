using Waverless.Transport.Protocol;

namespace Waverless.Transport.Lanes;

/// <summary>Takes the frames of a channel, in their order.</summary>
internal interface IFrameSink
{
    /// <summary>Something has arrived, if only a part of a frame.</summary>
    void OnReceived();

    /// <summary>
    /// Takes a frame; its memory is valid until this has completed, and the next frame waits for
    /// it.
    /// </summary>
    ValueTask OnFrameAsync(Frame frame);

    /// <summary>Nothing more is there for now: what was put off is due.</summary>
    ValueTask OnPauseAsync();
}
