// Sumdb judges a log of ours with the library of Go's own checksum database.
//
//	sumdb checkpoint VKEY CHECKPOINT
//	sumdb proof VKEY PROOF LEAF
//	sumdb grown VKEY OLD_CHECKPOINT NEW_CHECKPOINT PROOF
//	sumdb tiles VKEY LOG_FOLDER
//
// Every argument but VKEY is a path. Exit 0 and one line when it accepts; exit 1 and the
// library's own words when it refuses.
package main

import (
	"bytes"
	"encoding/base64"
	"encoding/binary"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

const (
	header     = "c2sp.org/tlog-proof@v1"
	tileHeight = 8
	tileWidth  = 1 << tileHeight
)

func main() {
	accepted, err := judge(os.Args[1:])
	if err != nil {
		fmt.Fprintln(os.Stderr, "refused:", err)
		os.Exit(1)
	}
	fmt.Println("accepted:", accepted)
}

func judge(arguments []string) (string, error) {
	if len(arguments) < 3 {
		return "", fmt.Errorf("usage: sumdb checkpoint|proof|grown|tiles VKEY PATH")
	}
	vkey, paths := arguments[1], arguments[2:]
	switch {
	case arguments[0] == "checkpoint" && len(paths) == 1:
		return judgeCheckpoint(vkey, paths[0])
	case arguments[0] == "proof" && len(paths) == 2:
		return judgeProof(vkey, paths[0], paths[1])
	case arguments[0] == "grown" && len(paths) == 3:
		return judgeGrowth(vkey, paths[0], paths[1], paths[2])
	case arguments[0] == "tiles" && len(paths) == 1:
		return judgeTiles(vkey, paths[0])
	}
	return "", fmt.Errorf("unknown question %q", arguments)
}

func judgeCheckpoint(vkey, path string) (string, error) {
	tree, err := readTree(vkey, path)
	return fmt.Sprintf("%d leaves under %s", tree.N, tree.Hash), err
}

func judgeProof(vkey, proofPath, leafPath string) (string, error) {
	written, err := os.ReadFile(proofPath)
	if err != nil {
		return "", err
	}
	leaf, err := os.ReadFile(leafPath)
	if err != nil {
		return "", err
	}
	head, checkpoint, found := strings.Cut(string(written), "\n\n")
	lines := strings.Split(head, "\n")
	if !found || lines[0] != header || len(lines) < 2 {
		return "", fmt.Errorf("not a log proof")
	}
	index, err := strconv.ParseInt(strings.TrimPrefix(lines[1], "index "), 10, 64)
	if err != nil {
		return "", err
	}
	proof, err := parseHashes(lines[2:])
	if err != nil {
		return "", err
	}
	tree, err := openTree(vkey, []byte(checkpoint))
	if err != nil {
		return "", err
	}
	err = tlog.CheckRecord(proof, tree.N, tree.Hash, index, tlog.RecordHash(leaf))
	return fmt.Sprintf("leaf %d of %d", index, tree.N), err
}

func judgeGrowth(vkey, oldPath, newPath, proofPath string) (string, error) {
	older, err := readTree(vkey, oldPath)
	if err != nil {
		return "", err
	}
	newer, err := readTree(vkey, newPath)
	if err != nil {
		return "", err
	}
	written, err := os.ReadFile(proofPath)
	if err != nil {
		return "", err
	}
	proof, err := parseHashes(strings.Fields(string(written)))
	if err != nil {
		return "", err
	}
	err = tlog.CheckTree(proof, newer.N, newer.Hash, older.N, older.Hash)
	return fmt.Sprintf("%d leaves grew to %d", older.N, newer.N), err
}

// judgeTiles checks every tile of a log against the signed root, and every entry against the tiles.
func judgeTiles(vkey, folder string) (string, error) {
	tree, err := readTree(vkey, filepath.Join(folder, "checkpoint"))
	if err != nil {
		return "", err
	}
	files := &tileFiles{folder: folder}
	hashes := tlog.TileHashReader(tree, files)
	tiles := tlog.NewTiles(tileHeight, 0, tree.N)
	for _, tile := range tiles {
		// The reader refuses a tile that does not lead to the root of the tree.
		expected, err := tlog.ReadTileData(tile, hashes)
		if err != nil {
			return "", err
		}
		if tile.L == 0 {
			if err := files.checkEntries(tile, expected); err != nil {
				return "", err
			}
		}
	}
	return fmt.Sprintf("%d tiles of %d leaves", len(tiles), tree.N), nil
}

func readTree(vkey, path string) (tlog.Tree, error) {
	written, err := os.ReadFile(path)
	if err != nil {
		return tlog.Tree{}, err
	}
	return openTree(vkey, written)
}

// openTree believes a checkpoint that the key has signed. The lines are split here because
// tlog.ParseTree takes no origin but that of Go's own database.
func openTree(vkey string, written []byte) (tlog.Tree, error) {
	verifier, err := note.NewVerifier(vkey)
	if err != nil {
		return tlog.Tree{}, err
	}
	opened, err := note.Open(written, note.VerifierList(verifier))
	if err != nil {
		return tlog.Tree{}, err
	}
	lines := strings.Split(strings.TrimSuffix(opened.Text, "\n"), "\n")
	if len(lines) != 3 || lines[0] != verifier.Name() {
		return tlog.Tree{}, fmt.Errorf("the text is not a checkpoint of %q", verifier.Name())
	}
	size, err := strconv.ParseInt(lines[1], 10, 64)
	if err != nil {
		return tlog.Tree{}, err
	}
	root, err := tlog.ParseHash(lines[2])
	return tlog.Tree{N: size, Hash: root}, err
}

func parseHashes(lines []string) ([]tlog.Hash, error) {
	var hashes []tlog.Hash
	for _, line := range lines {
		raw, err := base64.StdEncoding.Strict().DecodeString(line)
		if err != nil {
			return nil, err
		}
		if len(raw) != tlog.HashSize {
			return nil, fmt.Errorf("a hash has %d bytes", len(raw))
		}
		hashes = append(hashes, tlog.Hash(raw))
	}
	return hashes, nil
}

// tileFiles reads tiles from a folder. The checksum database names the height in its paths
// ("tile/8/0/000"), tlog-tiles fixes it at 8 and leaves it out ("tile/0/000").
type tileFiles struct {
	folder string
}

func (files *tileFiles) Height() int { return tileHeight }

func (files *tileFiles) SaveTiles([]tlog.Tile, [][]byte) {}

func (files *tileFiles) ReadTiles(tiles []tlog.Tile) ([][]byte, error) {
	var read [][]byte
	for _, tile := range tiles {
		data, err := os.ReadFile(files.place(tile.Path()))
		if err != nil {
			return nil, err
		}
		read = append(read, data)
	}
	return read, nil
}

func (files *tileFiles) place(path string) string {
	return filepath.Join(files.folder, strings.Replace(path, "tile/8/", "tile/", 1))
}

func (files *tileFiles) checkEntries(tile tlog.Tile, expected []byte) error {
	// The database calls the level of entries "data", tlog-tiles "entries".
	path := strings.Replace(tile.Path(), "tile/8/0/", "tile/entries/", 1)
	bundle, err := os.ReadFile(filepath.Join(files.folder, path))
	if err != nil {
		return err
	}
	var hashes []byte
	for len(bundle) >= 2 {
		end := 2 + int(binary.BigEndian.Uint16(bundle))
		if end > len(bundle) {
			return fmt.Errorf("%s: an entry is cut short", path)
		}
		hash := tlog.RecordHash(bundle[2:end])
		hashes = append(hashes, hash[:]...)
		bundle = bundle[end:]
	}
	if len(bundle) > 0 || len(hashes) > tileWidth*tlog.HashSize || !bytes.Equal(hashes, expected) {
		return fmt.Errorf("%s: the entries are not those of the tile", path)
	}
	return nil
}
