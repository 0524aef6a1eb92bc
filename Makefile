# Each target is a task of tasks.py, which runs on every system: python -m tasks NAME
PYTHON ?= python3

.PHONY: demo test test-all check bench results schemas golden pin clean
demo test test-all check bench results schemas golden pin clean:
	@$(PYTHON) -m tasks $@ $(ARGS)
