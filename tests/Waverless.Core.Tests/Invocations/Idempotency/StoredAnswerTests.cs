using CsCheck;

namespace Waverless.Invocations.Idempotency;

public sealed class StoredAnswerTests
{
    [Fact]
    public void An_answer_comes_back_as_it_was() =>
        Gen.Select(Gen.Byte.Array[32], Gen.String[0, 20].Null(), Gen.Byte.Array[0, 200])
            .Sample(
                (fingerprint, type, body) =>
                {
                    var result = InvocationResult.Completed(body, type);
                    var answer = StoredAnswer.Of(fingerprint, result, bodyBytesMax: 100);
                    var read = StoredAnswer.Decode(answer.Encode())!;

                    Assert.Equal(fingerprint, read.Fingerprint.ToArray());
                    Assert.Equal(body.Length > 100, read.IsCut);
                    Assert.Equal(body.Length > 100 ? [] : body, read.Body.ToArray());
                }
            );

    [Fact]
    public void Random_bytes_are_an_answer_or_none() =>
        Gen
            .Byte.Array[0, 80]
            .Sample(bytes =>
            {
                if (StoredAnswer.Decode(bytes) is { } answer)
                {
                    Assert.True(answer.Body.Length <= bytes.Length);
                    Assert.Equal(StoredAnswer.FingerprintBytes, answer.Fingerprint.Length);
                }
            });
}
