// Checks a log that Aigaq wrote with an implementation that is none of ours: golang.org/x/mod/sumdb's note
// and tlog, as Debian packages them (golang-golang-x-mod-dev). Run by tests/unit/vault/test_independent.py.
//
//	check_log FOLDER KEY CASES ROOTS
//
// FOLDER is a log in the layout of C2SP tlog-tiles, with signed checkpoints under checkpoints/SIZE. CASES has a
// line for each proof: "inclusion SIZE INDEX HEX…" or "consistency SIZE OLD HEX…". ROOTS holds the root, 32
// bytes each, of the log at size 1, 2, 3 …
package main

import (
	"bufio"
	"bytes"
	"encoding/hex"
	"fmt"
	"log"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

type folder string

func (folder) Height() int { return 8 }

func (folder) SaveTiles([]tlog.Tile, [][]byte) {}

// path writes a tile's path as C2SP tlog-tiles does: without the height, which is always 8.
func path(tile tlog.Tile) string {
	level := strconv.Itoa(tile.L)
	if tile.L < 0 {
		level = "entries"
	}
	number := fmt.Sprintf("%03d", tile.N%1000)
	for rest := tile.N / 1000; rest > 0; rest /= 1000 {
		number = fmt.Sprintf("x%03d/%s", rest%1000, number)
	}
	if tile.W < 256 {
		number += ".p/" + strconv.Itoa(tile.W)
	}
	return "tile/" + level + "/" + number
}

func (dir folder) ReadTiles(tiles []tlog.Tile) ([][]byte, error) {
	var all [][]byte
	for _, tile := range tiles {
		data, err := os.ReadFile(filepath.Join(string(dir), path(tile)))
		if err != nil {
			return nil, err
		}
		all = append(all, data)
	}
	return all, nil
}

func must(err error, where string) {
	if err != nil {
		log.Fatalf("%s: %v", where, err)
	}
}

// openCheckpoint verifies the signature with the note package and reads the tree with our own eyes.
func openCheckpoint(dir string, size string, verifiers note.Verifiers) tlog.Tree {
	data, err := os.ReadFile(filepath.Join(dir, "checkpoints", size))
	must(err, "checkpoint "+size)
	opened, err := note.Open(data, verifiers)
	must(err, "checkpoint "+size)
	lines := strings.Split(opened.Text, "\n")
	number, err := strconv.ParseInt(lines[1], 10, 64)
	must(err, "checkpoint "+size)
	hash, err := tlog.ParseHash(lines[2])
	must(err, "checkpoint "+size)
	if lines[1] != size || len(lines) != 4 {
		log.Fatalf("checkpoint %s says %q", size, opened.Text)
	}
	return tlog.Tree{N: number, Hash: hash}
}

func entries(dir string, size int64) [][]byte {
	var all [][]byte
	for start := int64(0); start < size; start += 256 {
		width := size - start
		if width > 256 {
			width = 256
		}
		data, err := os.ReadFile(filepath.Join(dir, path(tlog.Tile{H: 8, L: -1, N: start / 256, W: int(width)})))
		must(err, "entries")
		for len(data) > 0 {
			length := int(data[0])<<8 | int(data[1])
			all = append(all, data[2:2+length])
			data = data[2+length:]
		}
	}
	return all
}

type stored struct{ hashes []tlog.Hash }

func (s *stored) ReadHashes(indexes []int64) ([]tlog.Hash, error) {
	found := make([]tlog.Hash, len(indexes))
	for place, index := range indexes {
		found[place] = s.hashes[index]
	}
	return found, nil
}

func parseHashes(words []string) []tlog.Hash {
	hashes := []tlog.Hash{}
	for _, word := range words {
		var hash tlog.Hash
		raw, err := hex.DecodeString(word)
		must(err, "proof")
		copy(hash[:], raw)
		hashes = append(hashes, hash)
	}
	return hashes
}

func main() {
	dir, rootsFile := os.Args[1], os.Args[4]
	verifier, err := note.NewVerifier(os.Args[2])
	must(err, "key")
	verifiers := note.VerifierList(verifier)

	roots, err := os.ReadFile(rootsFile)
	must(err, "roots")
	leaves := entries(dir, int64(len(roots)/32))
	tree := &stored{}
	for index, leaf := range leaves {
		more, err := tlog.StoredHashes(int64(index), leaf, tree)
		must(err, "hashes")
		tree.hashes = append(tree.hashes, more...)
		root, err := tlog.TreeHash(int64(index+1), tree)
		must(err, "root")
		if !bytes.Equal(root[:], roots[index*32:index*32+32]) {
			log.Fatalf("another root at size %d", index+1)
		}
	}

	file, err := os.Open(os.Args[3])
	must(err, "cases")
	trees := map[string]tlog.Tree{}
	count := 0
	for lines := bufio.NewScanner(file); lines.Scan(); count++ {
		words := strings.Fields(lines.Text())
		size, other := words[1], words[2]
		if _, seen := trees[size]; !seen {
			trees[size] = openCheckpoint(dir, size, verifiers)
			root, err := tlog.TreeHash(trees[size].N, tlog.TileHashReader(trees[size], folder(dir)))
			must(err, "tiles of "+size)
			if root != trees[size].Hash {
				log.Fatalf("tiles of %s give another root", size)
			}
		}
		now := trees[size]
		number, err := strconv.ParseInt(other, 10, 64)
		must(err, "case")
		proof := parseHashes(words[3:])
		if words[0] == "inclusion" {
			must(tlog.CheckRecord(proof, now.N, now.Hash, number, tlog.RecordHash(leaves[number])), lines.Text())
		} else {
			then, err := tlog.TreeHash(number, tree)
			must(err, lines.Text())
			must(tlog.CheckTree(proof, now.N, now.Hash, number, then), lines.Text())
		}
	}
	fmt.Printf("%d sizes, %d checkpoints, %d proofs\n", len(leaves), len(trees), count)
}
