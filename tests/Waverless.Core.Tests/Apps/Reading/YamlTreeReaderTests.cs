namespace Waverless.Apps.Reading;

public sealed class YamlTreeReaderTests
{
    [Fact]
    public void Values_carry_their_place()
    {
        var root = Assert.IsType<YamlMapping>(Read("a: 1\nb:\n  - x\n  - y: 'z'\n"));
        Assert.Equal((1, 1), (root.Line, root.Column));
        Assert.Equal(["a", "b"], root.Entries.Select(entry => entry.Name));
        Assert.Equal((1, 4), (root.Find("a")!.Value.Line, root.Find("a")!.Value.Column));
        var list = Assert.IsType<YamlSequence>(root.Find("b")!.Value);
        Assert.Equal((3, 5), (list.Items[0].Line, list.Items[0].Column));
        var inner = Assert.IsType<YamlMapping>(list.Items[1]);
        var scalar = Assert.IsType<YamlScalar>(inner.Find("y")!.Value);
        Assert.Equal(("z", false, 4, 8), (scalar.Value, scalar.Plain, scalar.Line, scalar.Column));
        Assert.Null(root.Find("c"));
    }

    [Theory]
    [InlineData("a:", true)]
    [InlineData("a: ~", true)]
    [InlineData("a: null", true)]
    [InlineData("a: ''", false)]
    [InlineData("a: '~'", false)]
    [InlineData("a: \"null\"", false)]
    [InlineData("a: nil", false)]
    public void Nothing_is_told_from_an_empty_text(string yaml, bool isNull)
    {
        var root = Assert.IsType<YamlMapping>(Read(yaml));
        Assert.Equal(isNull, Assert.IsType<YamlScalar>(root.Entries[0].Value).IsNull);
    }

    [Fact]
    public void Patterns_need_no_quotes_unless_they_begin_with_a_brace()
    {
        var root = Assert.IsType<YamlMapping>(Read("a_{}: 1\nb/{*}: 2\n'{}_c': 3\n"));
        Assert.Equal(["a_{}", "b/{*}", "{}_c"], root.Entries.Select(entry => entry.Name));
    }

    [Fact]
    public void The_deepest_nesting_is_read_and_one_deeper_is_not()
    {
        var most = YamlTreeReader.DepthMax;
        Assert.NotNull(Read(new string('[', most) + new string(']', most)));
        var errors = new ErrorList("f");
        var deeper = new string('[', most + 1) + new string(']', most + 1);
        Assert.Null(YamlTreeReader.Read(deeper, errors));
        Assert.True(errors.Any);
    }

    [Fact]
    public void The_longest_text_is_read()
    {
        var text = new string('x', YamlTreeReader.ScalarLengthMax);
        Assert.Equal(text, Assert.IsType<YamlScalar>(Read(text)).Value);
    }

    [Fact]
    public void Long_input_is_shown_cut()
    {
        var scalar = new YamlScalar(new string('x', 200), true, 1, 1);
        Assert.Equal(82, scalar.Kind.Length);
        Assert.EndsWith("...'", scalar.Kind, StringComparison.Ordinal);
    }

    private static YamlNode Read(string yaml)
    {
        var errors = new ErrorList("file");
        var root = YamlTreeReader.Read(yaml, errors);
        errors.ThrowIfAny(null);
        return root!;
    }
}
