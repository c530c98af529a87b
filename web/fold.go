package web

import (
	"html/template"
	"regexp"
	"text/template/parse"
)

// A folder writes into templates what is the same whenever they are shown: texts of the
// language, addresses of assets, icons. Most of a page is, and a template takes some
// microseconds for each value that it has to look up, call and escape: so the Assistants of
// a thousand agents are drawn in half the time.
type folder struct {
	templates *template.Template
	constant  map[string]func(string) (string, error) // functions of one text, good for the whole run
}

// fold goes through all templates, before the first is shown.
func (w *Web) fold(t *template.Template, words *words) error {
	f := folder{t, map[string]func(string) (string, error){
		"asset": w.assets.url,
		"say":   func(key string) (string, error) { return words.say(key), nil },
	}}
	for _, t := range t.Templates() {
		if t.Tree != nil {
			if err := f.list(t.Tree.Root); err != nil {
				return err
			}
		}
	}
	return nil
}

// list folds what stands one behind the other, and joins texts.
func (f *folder) list(l *parse.ListNode) error {
	if l == nil {
		return nil
	}
	var out []parse.Node
	for _, node := range l.Nodes {
		nodes, err := f.node(node)
		if err != nil {
			return err
		}
		for _, n := range nodes {
			if text, ok := n.(*parse.TextNode); ok && len(out) > 0 {
				if before, ok := out[len(out)-1].(*parse.TextNode); ok {
					joined := append(before.Text[:len(before.Text):len(before.Text)], text.Text...)
					out[len(out)-1] = &parse.TextNode{NodeType: parse.NodeText, Pos: before.Pos, Text: joined}
					continue
				}
			}
			out = append(out, n)
		}
	}
	l.Nodes = out
	return nil
}

// node is what stands in place of a node.
func (f *folder) node(node parse.Node) ([]parse.Node, error) {
	switch n := node.(type) {
	case *parse.ActionNode:
		text, ok, err := f.value(n.Pipe)
		if !ok || err != nil {
			return []parse.Node{n}, err
		}
		return textNode(n.Pos, text), nil
	case *parse.TemplateNode:
		return f.inserted(n)
	case *parse.IfNode:
		return f.branch(n, &n.BranchNode)
	case *parse.RangeNode:
		return f.branch(n, &n.BranchNode)
	case *parse.WithNode:
		return f.branch(n, &n.BranchNode)
	}
	return []parse.Node{node}, nil
}

func (f *folder) branch(n parse.Node, b *parse.BranchNode) ([]parse.Node, error) {
	if err := f.list(b.List); err != nil {
		return nil, err
	}
	return []parse.Node{n}, f.list(b.ElseList)
}

// value is what a constant function of a constant text comes to, as HTML: in an element or
// in quotes it means the same.
func (f *folder) value(pipe *parse.PipeNode) (text string, ok bool, err error) {
	if len(pipe.Decl) > 0 || len(pipe.Cmds) != 1 || len(pipe.Cmds[0].Args) != 2 {
		return "", false, nil
	}
	name, isName := pipe.Cmds[0].Args[0].(*parse.IdentifierNode)
	arg, isText := pipe.Cmds[0].Args[1].(*parse.StringNode)
	if !isName || !isText || f.constant[name.Ident] == nil {
		return "", false, nil
	}
	text, err = f.constant[name.Ident](arg.Text)
	return template.HTMLEscapeString(text), true, err
}

// plain is a word that means itself wherever HTML has one.
var plain = regexp.MustCompile(`^[a-z0-9-]+$`)

// inserted is a template of texts about one word, {{template "icon" "eye"}}, with the word
// written in; any other stays.
func (f *folder) inserted(n *parse.TemplateNode) ([]parse.Node, error) {
	stays := []parse.Node{n}
	t := f.templates.Lookup(n.Name)
	if t == nil || t.Tree == nil || n.Pipe == nil || len(n.Pipe.Decl) > 0 || len(n.Pipe.Cmds) != 1 || len(n.Pipe.Cmds[0].Args) != 1 {
		return stays, nil
	}
	word, ok := n.Pipe.Cmds[0].Args[0].(*parse.StringNode)
	if !ok || !plain.MatchString(word.Text) {
		return stays, nil
	}
	var whole []byte
	for _, node := range t.Tree.Root.Nodes {
		switch node := node.(type) {
		case *parse.TextNode:
			whole = append(whole, node.Text...)
		case *parse.ActionNode:
			text, ok, err := f.value(node.Pipe)
			if err != nil {
				return nil, err
			}
			if !ok && node.Pipe.String() == "." {
				text, ok = word.Text, true
			}
			if !ok {
				return stays, nil
			}
			whole = append(whole, text...)
		default:
			return stays, nil
		}
	}
	return textNode(n.Pos, string(whole)), nil
}

func textNode(at parse.Pos, text string) []parse.Node {
	return []parse.Node{&parse.TextNode{NodeType: parse.NodeText, Pos: at, Text: []byte(text)}}
}
