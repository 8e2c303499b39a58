"""The risks for the people: a printed method, what data and findings propose by it, and what people state."""
