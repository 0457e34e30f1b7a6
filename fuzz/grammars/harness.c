// One grammar under libFuzzer: the text is parsed as skillscan parses it, and the tree is walked.
//
// The grammars and their scanners are C, beyond what Rust checks. `run` builds this with AddressSanitizer and
// UndefinedBehaviorSanitizer, once for each grammar.
#include <stdbool.h>
#include <stdint.h>
#include <tree_sitter/api.h>

const TSLanguage *GRAMMAR(void);

typedef struct {
    const uint8_t *bytes;
    size_t size;
} Text;

static const char *rest(void *text, uint32_t at, TSPoint point, uint32_t *read) {
    (void)point;
    const Text *whole = text;
    *read = at < whole->size ? (uint32_t)whole->size - at : 0;
    return *read ? (const char *)whole->bytes + at : "";
}

// skillscan gives up a text that takes too many steps; so does this.
static bool is_enough(TSParseState *state) { return ++*(uint32_t *)state->payload > 2000; }

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size) {
#ifdef ASCII_ONLY
    // No character beyond ASCII is handed to this grammar: src/lower/shell/second_reader.rs.
    for (size_t i = 0; i < size; i++)
        if (bytes[i] > 127) return -1;
#endif
    Text text = {bytes, size};
    uint32_t steps = 0;
    TSParser *parser = ts_parser_new();
    ts_parser_set_language(parser, GRAMMAR());
    TSInput input = {.payload = &text, .read = rest, .encoding = TSInputEncodingUTF8};
    TSParseOptions options = {.payload = &steps, .progress_callback = is_enough};
    TSTree *tree = ts_parser_parse_with_options(parser, NULL, input, options);
    if (tree) {
        TSTreeCursor cursor = ts_tree_cursor_new(ts_tree_root_node(tree));
        for (bool goes_on = true; goes_on;) {
            if (ts_tree_cursor_goto_first_child(&cursor)) continue;
            while (!ts_tree_cursor_goto_next_sibling(&cursor)) {
                if (!ts_tree_cursor_goto_parent(&cursor)) {
                    goes_on = false;
                    break;
                }
            }
        }
        ts_tree_cursor_delete(&cursor);
        ts_tree_delete(tree);
    }
    ts_parser_delete(parser);
    return 0;
}
